// One table of messages in a SQLite file. The text of a message never becomes part of a statement.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

const TABLE =
  "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, text TEXT NOT NULL)";
const run = promisify(execFile);

// Opens the file of a URL like file:/app/data/db/database.db; throws one clear sentence.
export async function openDatabase(url) {
  const path = url.replace(/^file:/, "").split("?")[0];
  if (!url.startsWith("file:/")) throw new Error("DATABASE_URL is not like file:/app/data/db/database.db");
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new Error(`the folder ${dirname(path)} is not there or cannot be written to`);
  });
  return (await builtIn(path)) ?? (await command(path));
}

async function builtIn(path) {
  const sqlite = await import("node:sqlite").catch(() => null);
  if (sqlite === null) return null;
  const database = new sqlite.DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = 5000; ${TABLE}`);
  const insert = database.prepare("INSERT INTO message (text) VALUES (?)");
  const counted = database.prepare("SELECT count(*) AS n FROM message");
  const listed = database.prepare("SELECT id, at, text FROM message ORDER BY id");
  return {
    path,
    through: "node:sqlite",
    add: async (text) => void insert.run(text),
    count: async () => counted.get().n,
    all: async () => listed.all(),
    close: async () => database.close(),
  };
}

async function command(path) {
  const ask = async (statement, ...parameters) => {
    const given = parameters.flatMap((value, index) => ["-cmd", `.parameter set ?${index + 1} ${literal(value)}`]);
    const { stdout } = await run("sqlite3", ["-batch", "-bail", "-json", "-cmd", ".timeout 5000", ...given, path, statement]);
    return stdout.trim() ? JSON.parse(stdout) : [];
  };
  await ask(TABLE);
  return {
    path,
    through: "the sqlite3 command",
    add: async (text) => void (await ask("INSERT INTO message (text) VALUES (CAST(?1 AS TEXT))", text)),
    count: async () => (await ask("SELECT count(*) AS n FROM message"))[0].n,
    all: async () => ask("SELECT id, at, text FROM message ORDER BY id"),
    close: async () => {},
  };
}

// A value as hexadecimal digits, which the command cannot take for anything else.
function literal(text) {
  return `"x'${Buffer.from(text, "utf8").toString("hex")}'"`;
}
