/** Entry of dist/worker.js: runs one transfer or check off the extension host's thread. */
export {};
