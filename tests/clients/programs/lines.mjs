// How a client program in TypeScript's SDKs is driven: the same as in lines.py.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The environment is the folder the program was started in, not the one it lies in.
export const installed = createRequire(`${process.cwd()}/`);

export const person = {
  answer: "decline",
  asked: [],
  hear(request) {
    this.asked.push(request.params.message);
    return this.answer === "accept"
      ? { action: "accept", content: { approve: true } }
      : { action: "decline" };
  },
};

export async function converse(connect) {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const client = await connect(JSON.parse((await lines.next()).value));
  const { tools } = await client.listTools();
  const protocol = client.getNegotiatedProtocolVersion?.() ?? null;
  write({ protocol, tools: tools.map((tool) => tool.name) });
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const { tool, arguments: given, answer } = JSON.parse(line);
    person.answer = answer;
    person.asked = [];
    const result = await client.callTool({ name: tool, arguments: given });
    write({
      text: result.content[0].text,
      error: result.isError === true,
      data: result.structuredContent ?? null,
      asked: person.asked,
    });
  }
  await client.close();
}

function write(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
