// @modelcontextprotocol/sdk 1.x
import { converse, installed, person } from "./lines.mjs";

const { Client } = installed("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = installed("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = installed("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { ElicitRequestSchema } = installed("@modelcontextprotocol/sdk/types.js");

function transport({ transport, command, url, headers }) {
  return transport === "stdio"
    ? new StdioClientTransport({ command: command[0], args: command.slice(1), env: process.env })
    : new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
}

await converse(async (order) => {
  const capabilities = order.asks ? { elicitation: {} } : {};
  const client = new Client({ name: "typescript-1", version: "1" }, { capabilities });
  if (order.asks) client.setRequestHandler(ElicitRequestSchema, async (request) => person.hear(request));
  const opened = transport(order);
  const told = opened.setProtocolVersion?.bind(opened);
  opened.setProtocolVersion = (version) => {
    client.getNegotiatedProtocolVersion = () => version; // as in 2.x, for the driver
    told?.(version);
  };
  await client.connect(opened);
  return client;
});
process.exit(0);
