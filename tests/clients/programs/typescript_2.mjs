// @modelcontextprotocol/client 2.x
import { converse, installed, person } from "./lines.mjs";

const { Client, StreamableHTTPClientTransport } = installed("@modelcontextprotocol/client");
const { StdioClientTransport } = installed("@modelcontextprotocol/client/stdio");

function transport({ transport, command, url, headers }) {
  return transport === "stdio"
    ? new StdioClientTransport({ command: command[0], args: command.slice(1), env: process.env })
    : new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
}

await converse(async (order) => {
  const capabilities = order.asks ? { elicitation: { form: {} } } : {};
  const versionNegotiation = order.modern ? { versionNegotiation: { mode: "auto" } } : {};
  const client = new Client({ name: "typescript-2", version: "1" }, { capabilities, ...versionNegotiation });
  if (order.asks) client.setRequestHandler("elicitation/create", async (request) => person.hear(request));
  await client.connect(transport(order));
  return client;
});
process.exit(0);
