/** A page that reloads may wait this long, in milliseconds, for the locks of its dying self. */
const GRACE_MS = 700;

/**
 * What this page holds among all pages of this browser, by Web Locks: they end with the page, however it ends.
 *
 * Without Web Locks (an insecure address) everything counts as held; then only the server tells two pages apart.
 */
export class Holds {
  private readonly releases: (() => void)[] = [];

  constructor(private readonly locks: LockManager | undefined) {}

  /** Takes the session for this page; with `steal`, from another one. `onLost` hears when another page steals it. */
  session(session: number | string, steal: boolean, onLost: () => void): Promise<boolean> {
    return this.take(`daybreak-session-${session}`, steal, onLost);
  }

  /** Takes a sitting whose page is gone; false while that page lives. */
  sitting(sitting: string): Promise<boolean> {
    return this.take(`daybreak-sitting-${sitting}`, false, () => undefined);
  }

  /** Lets everything go. */
  release(): void {
    for (const release of this.releases.splice(0)) release();
  }

  private take(name: string, steal: boolean, onLost: () => void): Promise<boolean> {
    const { locks } = this;
    if (!locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      let mine = false;
      const patience = new AbortController();
      if (!steal) setTimeout(() => { patience.abort(); }, GRACE_MS);
      // The two options exclude each other.
      const options = steal ? { steal } : { signal: patience.signal };
      const hold = async (): Promise<void> => {
        mine = true;
        resolve(true);
        await new Promise<void>((release) => this.releases.push(release));
      };
      locks.request(name, options, hold).catch(() => {
        if (mine) onLost();
        else resolve(false);
      });
    });
  }
}
