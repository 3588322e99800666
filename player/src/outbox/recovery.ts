import type { LeaseAnswer } from "../contract";
import type { Calm } from "./calm";
import { Courier } from "./courier";
import type { Holds } from "./holds";
import { Line } from "./line";
import { sleep } from "./pace";
import type { Post } from "./post";
import type { Shelf, Stored } from "./shelf";
import type { Surroundings } from "./surroundings";

/** Sittings of earlier pages (a crash, a closed lid) whose records may still lie on the shelf. */
export class Recovery {
  private readonly lines: Line[] = [];
  private readonly couriers: Courier[] = [];

  constructor(
    private readonly shelf: Shelf,
    private readonly post: Post,
    private readonly calm: Calm,
    private readonly around: Surroundings,
  ) {}

  /**
   * Closes and delivers what earlier sittings left.
   *
   * Returns when the server has it all, refuses what is left (another person of this device), or time is up; what is left
   * then goes on in the background.
   */
  async deliver(holds: Holds): Promise<void> {
    const stored = await this.shelf.load().catch(() => [] as Stored[]);
    await Promise.all(stored.map((one) => this.adopt(one, holds)));
    const settled = Promise.all(this.couriers.map((courier) => courier.settled()));
    await Promise.race([settled, sleep(this.around.pace.recovery)]);
  }

  /** Whether the server still counts a dead sitting of this very browser as the one that plays `session`. */
  async holds(session: number | string): Promise<boolean> {
    const own = this.lines.filter((line) => line.session === session);
    const answers = await Promise.all(own.map((line) => this.isHeld(line)));
    return answers.includes(true);
  }

  /** Takes sittings that have nothing left to deliver off the shelf. */
  async tidy(): Promise<void> {
    await Promise.all(this.lines.map((line) => line.discard()));
  }

  /** The network is back. */
  hurry(): void {
    for (const courier of this.couriers) courier.hurry();
  }

  stop(): void {
    for (const courier of this.couriers) courier.stop();
  }

  private async adopt(stored: Stored, holds: Holds): Promise<void> {
    if (!(await holds.sitting(stored.head.sitting))) return;
    const line = new Line(this.shelf, stored);
    line.seal();
    const courier = new Courier(line, this.post, this.calm, this.around);
    this.lines.push(line);
    this.couriers.push(courier);
    courier.wake();
  }

  private async isHeld(line: Line): Promise<boolean> {
    const answer = await this.post.json(`sittings/${line.sitting}/lease`, {}).catch(() => null);
    return (answer as LeaseAnswer | null)?.held === true;
  }
}
