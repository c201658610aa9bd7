// What the windows of a browser and the server say to each other of who has which design open: one connection, however
// many windows there are (a browser has six at most for one server). Runs in presence-worker.js, or, where a browser has
// no shared workers, in each window for itself.
const ANSWER = 2500; // ms in which a window says that it is still there

// `tell` gives a message to all windows. What it returns takes theirs.
export const channel = (tell) => {
  const stream = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const windows = new Map(); // name: {base, url, token, at, here}
  let source = null;
  let last = null;

  const post = (url, token, values) => fetch(url, { method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": token } });
  const announce = (name) => {
    const { url, token, at } = windows.get(name);
    return post(url, token, { window: name, stream, at }).catch(() => {}); // told again with the next beat
  };

  // The server asks; those windows that answer are still there.
  const beat = async () => {
    for (const one of windows.values()) one.here = false;
    tell({ still: true });
    await new Promise((done) => setTimeout(done, ANSWER));
    const there = [...windows].filter(([, one]) => one.here);
    if (!there.length) return; // frozen or crashed: the server takes silence for that, until they answer again
    const [, { base, token }] = there[0];
    try {
      const answer = await post(`${base}beat/`, token, { windows: there.map(([name]) => name).join(",") });
      if (answer.ok) for (const name of (await answer.json()).lost) if (windows.has(name)) announce(name);
    } catch { /* offline: the next beat */ }
  };

  const open = (base) => {
    source = new EventSource(`${base}?stream=${stream}`);
    source.addEventListener("open", () => { for (const name of windows.keys()) announce(name); });
    source.addEventListener("here", ({ data }) => { last = JSON.parse(data); tell({ here: last }); });
    source.addEventListener("beat", beat);
    // Refused, as it is after signing out, it does not come back by itself.
    source.addEventListener("error", () => { if (source?.readyState === EventSource.CLOSED) close(); });
  };
  const close = () => { source?.close(); source = last = null; tell({ here: {} }); };

  return ({ hello, left, still }) => {
    if (hello) {
      const known = windows.has(hello.name);
      windows.set(hello.name, { ...hello, here: true });
      if (!source) open(hello.base); else announce(hello.name);
      if (!known && last) tell({ here: last });
    } else if (left) windows.delete(left);
    else if (windows.has(still)) windows.get(still).here = true;
    if (!windows.size) close();
  };
};
