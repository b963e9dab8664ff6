import { DASHBOARD_HEADERS, readDashboard } from './dashboard/dashboard-assets.js';
import { notFound } from './http/request-refused.js';
import { pathParameter, type ApiRoute } from './http/route.js';

/** The dashboard. Its files are read once: a name of a request is looked up among them, no path is made of it. */
export async function dashboardRoutes(): Promise<readonly ApiRoute[]> {
  const assets = await readDashboard();
  const route = (url: string, pathOf: (name: string) => string): ApiRoute => ({
    method: 'GET',
    url,
    summary: 'The dashboard',
    tag: 'operation',
    answer: { 'text/html': { type: 'string' } },
    handle: (request, reply) => {
      const asset = assets.get(pathOf(pathParameter(request, 'file')));
      if (asset === undefined) throw notFound('no such page');
      void reply.headers({ ...DASHBOARD_HEADERS, 'content-type': asset.type });
      return asset.body;
    },
  });
  return [route('/', () => '/'), route('/dashboard/:file', (name) => `/dashboard/${name}`)];
}
