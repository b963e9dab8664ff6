import { backendContract } from '@care/plugin-testkit';
import { backend } from './engine.fixture.js';
import definition from './index.js';

// Where the native part is missing, the suite asks that the backend says so by every way.
backendContract(() => ({ backend: backend(), definition }));
