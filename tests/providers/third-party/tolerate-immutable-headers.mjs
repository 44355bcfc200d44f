/**
 * Loaded into Portkey's gateway before it starts. Version 1.15.2 writes into the headers of responses
 * that it has fetched, which Node forbids, so every stream fails with "immutable"
 * (https://github.com/Portkey-AI/gateway/issues/1389). Here such a write does nothing.
 */
function tolerant(method) {
  return function (...args) {
    try {
      return Reflect.apply(method, this, args);
    } catch (error) {
      if (error instanceof TypeError && error.message === "immutable") return undefined;
      throw error;
    }
  };
}

for (const name of ["append", "delete", "set"]) {
  Headers.prototype[name] = tolerant(Headers.prototype[name]);
}
