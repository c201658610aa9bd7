// The shared worker of all windows of a browser: it holds their one connection (channel.js).
import { channel } from "./channel.js";

const ports = new Set();
const take = channel((message) => { for (const port of ports) port.postMessage(message); });

self.addEventListener("connect", ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => { take(data); if (data.left) ports.delete(port); };
});
