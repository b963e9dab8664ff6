import { openHostChannel } from './host-channel.js';
import { serveHost } from './serve-host.js';

// The module that worker threads and child processes are started with. Imported by anything else it does nothing.
const channel = openHostChannel();
if (channel !== undefined) serveHost(channel);
