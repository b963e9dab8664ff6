/** What stands in the place of a secret. */
export const REDACTED = '***';

/** Query parameters whose values open something: keys, tokens and the parts of a signed URL. */
const SENSITIVE_PARAMETER =
  /^(?:x-amz-.*|x-goog-.*|x-ms-.*|x-oss-.*|(?:.*[-_.])?(?:api[-_]?key|apikey|key|token|access[-_]?token|secret|password|passwd|pwd|auth|authorization|credential|credentials|signature|sig|session|jwt|code)|awsaccesskeyid|googleaccessid|key-pair-id|policy|expires|se|sp|sv|sr|st)$/i;

/** The URL for people and files: the values of sensitive query parameters and `user:password@` become `***`. */
export function redactUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)?(?:([^/?#]*)@)?([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(url);
  if (match === null) return REDACTED;
  const [, scheme = '', account, rest = '', query = '', fragment = ''] = match;
  const parameters = query.slice(1).split('&').map(redactParameter).join('&');
  return (
    scheme +
    (account === undefined ? '' : `${REDACTED}@`) +
    rest +
    (query === '' ? '' : `?${parameters}`) +
    // Fragments may hold a token (`#access_token=`) and never belong to a request.
    (fragment === '' ? '' : `#${REDACTED}`)
  );
}

function redactParameter(parameter: string): string {
  const [name = '', ...value] = parameter.split('=');
  return value.length > 0 && SENSITIVE_PARAMETER.test(decoded(name)) ? `${name}=${REDACTED}` : parameter;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded as it should be: taken as written.
    return text;
  }
}
