// What a worker may keep once Python has started: the language, clocks, text, and WebAssembly. All
// else is taken away, so that nothing that Python gets hold of leads to a network, to other pages
// or to what this device has kept of them.
const KEPT = `Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date
  Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Infinity Int16Array
  Int32Array Int8Array Iterator Intl JSON Map Math NaN Number Object Promise Proxy RangeError
  ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError
  AggregateError SuppressedError DisposableStack AsyncDisposableStack Uint16Array Uint32Array
  Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI
  encodeURIComponent escape unescape globalThis isFinite isNaN parseFloat parseInt undefined
  WebAssembly console crypto performance setTimeout clearTimeout setInterval clearInterval
  queueMicrotask TextDecoder TextEncoder DOMException self constructor`.split(/\s+/);
// Where one of these stays, the worker gives up.
const FORBIDDEN = `fetch XMLHttpRequest WebSocket WebSocketStream WebTransport EventSource Request
  importScripts Worker SharedWorker BroadcastChannel MessageChannel caches indexedDB navigator
  postMessage eval`.split(/\s+/);

export const close = () => {
  for (let place = globalThis; place && place !== Object.prototype; place = Object.getPrototypeOf(place))
    for (const name of Object.getOwnPropertyNames(place))
      if (!KEPT.includes(name)) Reflect.deleteProperty(place, name);
  // Each function leads to the one that makes functions from text. Pyodide asks of things whether
  // they are functions, so the name stays.
  const none = () => {
    throw new TypeError("no function is made from text here");
  };
  const Closed = function () {
    none();
  };
  Closed.prototype = Object.getPrototypeOf(none);
  const kinds = [none, async () => {}, function* () {}, async function* () {}];
  for (const kind of kinds)
    Object.defineProperty(Object.getPrototypeOf(kind), "constructor", { value: Closed });
  globalThis.Function = Closed;
  const left = FORBIDDEN.filter((name) => name in globalThis);
  if (left.length) throw new Error(`the worker could not be closed: ${left.join(", ")}`);
};
