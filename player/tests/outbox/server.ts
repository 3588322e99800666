/// <reference types="node" />
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import type { Chunk, Picture, SittingAnswer, TrainingPlan } from "../../src/contract";
import type { AnyRecord } from "../../src/record";

/**
 * What may happen to one request. `lost-answer` stores first and then drops the line, as a killed server would; `unsaid`
 * answers without acknowledging.
 */
export type Fault = "lost-request" | "lost-answer" | "error" | "busy" | "late" | "portal" | "signed-out" | "unsaid";

interface Kept {
  person: string;
  session: number;
  held: boolean;
  bodies: string[];
  hashes: string[];
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly awaited: number | null = null,
  ) {
    super(code);
  }
}

const START = "0".repeat(64);

/** A small server that keeps the contract of the player API in memory, on a real port, and can be told to misbehave. */
export class ContractServer {
  readonly sittings = new Map<string, Kept>();
  readonly seen: { path: string; headers: IncomingMessage["headers"] }[] = [];
  readonly assets = new Map<string, Buffer>();
  person = "ana";
  fault: (path: string) => Fault | null = () => null;
  private pictures: Picture[] = [];
  private server: Server | undefined;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  get api(): string {
    return `http://127.0.0.1:${this.port}/api/player/`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.handle(request, response));
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Cuts every connection and stops listening; what was stored stays. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  addPicture(picture: Picture, bytes: Buffer): void {
    this.pictures.push(picture);
    this.assets.set(picture.id, bytes);
  }

  /** All records of a sitting, as stored. */
  records(sitting: string): AnyRecord[] {
    return (this.sittings.get(sitting)?.bodies ?? []).flatMap((body) => JSON.parse(body) as AnyRecord[]);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = (request.url ?? "").replace("/api/player/", "");
    this.seen.push({ path, headers: request.headers });
    const fault = this.fault(path);
    if (fault === "lost-request") return void request.socket.destroy();
    if (fault === "portal") return void response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Wi-Fi</h1>");
    if (fault === "error") return void response.writeHead(500).end("broken");
    if (fault === "busy") return void response.writeHead(429, { "Retry-After": "0" }).end();
    if (fault === "signed-out") return void response.writeHead(403).end("{}");
    const answer = this.answer(path, Buffer.concat(parts).toString());
    if (fault === "lost-answer") return void request.socket.destroy();
    if (fault === "unsaid") return void response.writeHead(200).end('{"acknowledged":0,"held":true}');
    if (fault === "late") return; // the other side gives up first
    response.writeHead(answer.status, { "Content-Type": answer.type }).end(answer.body);
  }

  private answer(path: string, body: string): { status: number; type: string; body: string | Buffer } {
    try {
      const done = this.route(path, body);
      if (Buffer.isBuffer(done)) return { status: 200, type: "application/octet-stream", body: done };
      return { status: 200, type: "application/json", body: JSON.stringify(done) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, awaited } = error;
      return { status, type: "application/problem+json", body: JSON.stringify({ code, detail: "No.", awaited }) };
    }
  }

  private route(path: string, body: string): unknown {
    const [noun, id = "", verb, asset = ""] = path.split("/");
    if (noun === "sessions") return this.open(Number(id), (JSON.parse(body) as { take_over: boolean }).take_over);
    const kept = this.sittings.get(id);
    if (kept?.person !== this.person) throw new Refusal(404, "no-such-sitting");
    if (verb === "lease") return { held: kept.held };
    if (verb === "assets") return this.assets.get(asset) ?? this.refuse(404, "no-such-asset");
    return this.take(kept, JSON.parse(body) as Chunk);
  }

  private refuse(status: number, code: string): never {
    throw new Refusal(status, code);
  }

  private open(session: number, takeOver: boolean): SittingAnswer {
    const rivals = [...this.sittings.values()].filter(
      (kept) => kept.person === this.person && kept.session === session && kept.held,
    );
    if (rivals.length > 0 && !takeOver) throw new Refusal(409, "open-elsewhere");
    for (const rival of rivals) rival.held = false;
    const sitting = `sitting-${this.sittings.size + 1}`;
    this.sittings.set(sitting, { person: this.person, session, held: true, bodies: [], hashes: [] });
    return {
      sitting, chain_start: START, plan: { assets: this.pictures } as unknown as TrainingPlan, first_round: 0,
      began: "fresh", sessions: 8, lease_seconds: 30, closes_at: "2026-01-01T21:00:00+01:00", padding: "",
    };
  }

  private take(kept: Kept, chunk: Chunk): unknown {
    const previous = kept.hashes[chunk.number - 2] ?? START;
    const hash = createHash("sha256").update(`${chunk.previous}\n${chunk.number}\n${chunk.body}`).digest("hex");
    if (hash !== chunk.hash) throw new Refusal(422, "chunk-forged");
    if (chunk.number > kept.bodies.length + 1) throw new Refusal(409, "chunk-out-of-order", kept.bodies.length + 1);
    if (chunk.previous !== previous) throw new Refusal(409, "chunk-differs");
    const stored = kept.hashes[chunk.number - 1];
    if (stored !== undefined && stored !== chunk.hash) throw new Refusal(409, "chunk-differs");
    if (stored === undefined) {
      kept.bodies.push(chunk.body);
      kept.hashes.push(chunk.hash);
    }
    return { acknowledged: kept.bodies.length, held: kept.held };
  }
}
