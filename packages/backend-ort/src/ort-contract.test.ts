import { backendContract } from '@care/plugin-testkit';
import plugin from './index.js';
import { context } from './loaded-model.fixture.js';

backendContract(() => ({ backend: plugin.create(plugin.options.parse({}), context), definition: plugin }));
