/** What references write before the colon. */
export const REGISTRY_NAME = 'roboflow';
