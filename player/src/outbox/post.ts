import type { Problem } from "../contract";
import type { Surroundings } from "./surroundings";

/** The server said no, with a reason. */
export class RefusedError extends Error {
  constructor(
    readonly problem: Problem,
    readonly status: number,
  ) {
    super(problem.detail || problem.code);
    this.name = "RefusedError";
  }
}

/** Nobody answered, or nobody who could: no network, a time-out, a server that restarts. Worth another try. */
export class UnreachableError extends Error {
  constructor(
    message: string,
    /** Milliseconds the server asked to wait. */
    readonly wait = 0,
  ) {
    super(message);
    this.name = "UnreachableError";
  }
}

export interface Request {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  json?: unknown;
  body?: Blob;
  headers?: Record<string, string>;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

/** Talks to the player API: one request, one time limit, two kinds of failure. */
export class Post {
  constructor(
    private readonly api: string,
    private readonly around: Surroundings,
  ) {}

  /** Sends a request and reads a JSON answer. @throws RefusedError, UnreachableError */
  async json(path: string, request: Request): Promise<unknown> {
    return this.ask(path, request, (response) => response.json() as Promise<unknown>);
  }

  /** Fetches bytes. @throws RefusedError, UnreachableError */
  async bytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.ask(path, { method: "GET" }, async (response) => new Uint8Array(await response.arrayBuffer()));
  }

  /** Sends a request whose answer has no body. @throws RefusedError, UnreachableError */
  async empty(path: string, request: Request): Promise<void> {
    await this.ask(path, request, () => Promise.resolve());
  }

  private async ask<T>(path: string, request: Request, read: (response: Response) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = setTimeout(() => { limit.abort(); }, this.around.pace.answer);
    try {
      const response = await this.around.fetch(this.api + path, this.options(request, limit.signal));
      if (!response.ok) throw await refusal(response);
      return await read(response);
    } catch (error) {
      if (error instanceof RefusedError || error instanceof UnreachableError) throw error;
      throw new UnreachableError(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private options(request: Request, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = { "X-CSRFToken": this.around.csrf(), ...request.headers };
    if (request.json !== undefined) headers["Content-Type"] = "application/json";
    return {
      method: request.method ?? "POST",
      headers,
      body: request.json === undefined ? (request.body ?? null) : JSON.stringify(request.json),
      keepalive: request.keepalive ?? false,
      credentials: "same-origin",
      // A sign-in page is not an answer.
      redirect: "error",
      signal,
    };
  }
}

async function refusal(response: Response): Promise<RefusedError | UnreachableError> {
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const wait = Number(response.headers.get("Retry-After") ?? 0) * 1000;
    return new UnreachableError(`The server answered ${response.status}.`, Number.isFinite(wait) ? wait : 0);
  }
  return new RefusedError(await problemOf(response), response.status);
}

async function problemOf(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null);
  const { code, detail, awaited } = (typeof said === "object" && said !== null ? said : {}) as Partial<Problem>;
  return {
    code: typeof code === "string" ? code : `http-${response.status}`,
    detail: typeof detail === "string" ? detail : "",
    awaited: typeof awaited === "number" ? awaited : null,
  };
}
