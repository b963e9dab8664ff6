/** The address without its account, and the header that says the same. */
export function basicAuthorization(address: URL): { readonly url: URL; readonly authorization?: string } {
  if (address.username === '' && address.password === '') return { url: address };
  const url = new URL(address);
  url.username = '';
  url.password = '';
  const account = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  return { url, authorization: `Basic ${Buffer.from(account).toString('base64')}` };
}
