/* global WORKER_FILES */
const FILE_BY_LABEL = { graphql: WORKER_FILES.graphql, json: WORKER_FILES.json };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(FILE_BY_LABEL[label] ?? WORKER_FILES.editor, import.meta.url)),
};
