export { API_KEY, roboflowServer } from './roboflow-server.js';
export type {
  ApiFault,
  ClassicModel,
  PackagedModel,
  RoboflowServer,
  ServedModel,
  ServedPackage,
} from './roboflow-server.js';
export type { ContentFault, ContentServer, SeenRequest } from './content-server.js';
