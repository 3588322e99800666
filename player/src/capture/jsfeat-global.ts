import jsfeat from "jsfeat";

// The cascades that ship with jsfeat look for it under this global name; import this module before them.
(globalThis as { jsfeat?: unknown }).jsfeat = jsfeat;

export { jsfeat };
