// A stand-in for Chatzwa: the same port, health check, chat endpoint and database file, and nothing of the AI.
//
// SQLite comes from node itself where it is part of it (22.13 and later), else from the sqlite3 command. Both write
// the same file, so a newer node goes on where an older one stopped.

import { createServer } from "node:http";
import { openDatabase } from "./database.mjs";

const LARGEST_REQUEST = 32_768; // bytes
const port = Number(process.env.STAND_IN_PORT ?? 3000); // the real app always listens on 3000

const database = await openDatabase(process.env.DATABASE_URL ?? "");

const server = createServer(async (request, response) => {
  try {
    const [status, body] = await answer(request);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  } catch (error) {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    response.writeHead(500, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: "the message was not stored" }));
  }
});

async function answer(request) {
  const route = `${request.method} ${new URL(request.url, "http://localhost").pathname}`;
  switch (route) {
    case "GET /api/health":
      await database.count(); // an app that cannot reach its data is not healthy
      return [200, { status: "ok", timestamp: new Date().toISOString(), uptime: process.uptime() }];
    case "GET /api/chat":
      return [200, { messages: await database.all() }];
    case "POST /api/chat": {
      const message = await messageOf(request);
      if (message === null) return [400, { error: 'send {"message": "some text"}' }];
      await database.add(message);
      return [200, { reply: `You said: ${message}`, messages: await database.count() }];
    }
    case "GET /":
      return [200, { app: "stand-in for Chatzwa", routes: ["/api/health", "/api/chat"] }];
    default:
      return [404, { error: "there is no such page" }];
  }
}

async function messageOf(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    pieces.push(piece);
    size += piece.length;
    if (size > LARGEST_REQUEST) return null;
  }
  try {
    const { message } = JSON.parse(Buffer.concat(pieces).toString("utf8"));
    return typeof message === "string" && message.trim() ? message : null;
  } catch {
    return null;
  }
}

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    console.log(`${signal}: finishing the requests that are under way`);
    server.close(() => database.close().then(() => process.exit(0)));
    server.closeIdleConnections();
  });
}

server.listen(port, process.env.STAND_IN_ADDRESS ?? "0.0.0.0", () => {
  console.log(`listening on ${server.address().port}, messages in ${database.path} through ${database.through}`);
});
