import { REDACTED, redactUrl } from './redact-url.js';

/** A shorter "secret" would blot out ordinary words. */
const LEAST_LENGTH = 4;
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`\\]+/gi;

/**
 * A function that takes every given secret out of a text, also where it stands percent-encoded, form-encoded, escaped in
 * JSON or in base64 (as in `Authorization: Basic`), and the sensitive parts of every URL. Secrets of fewer than four
 * characters are left alone.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= LEAST_LENGTH).flatMap(formsOf));
  const pattern =
    forms.size === 0
      ? undefined
      : new RegExp(
          [...forms]
            .sort((a, b) => b.length - a.length)
            .map(escaped)
            .join('|'),
          'gi',
        );
  return (text) => {
    const shown = pattern === undefined ? text : text.replace(pattern, REDACTED);
    return shown.replace(URL_IN_TEXT, redactUrl);
  };
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const strict = percent.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  return [
    secret,
    percent,
    strict,
    form,
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].flatMap((shift) => base64Core(secret, shift)),
  ];
}

/** The characters of the base64 of anything + secret + anything that depend on the secret alone. */
function base64Core(secret: string, shift: number): string[] {
  const bytes = Buffer.byteLength(secret);
  const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
  const core = text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes) * 4) / 3));
  if (core.length < LEAST_LENGTH + 2) return [];
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
