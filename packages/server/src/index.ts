export { createModelServer, type ModelServer } from './model-server.js';
export type { ListenOptions, ModelServerOptions } from './server-options.js';
export { createServerLogger, LOG_LEVELS, type LogLevel } from './server-logger.js';
export type { HostedModel } from './hosting/hosted-models.js';
