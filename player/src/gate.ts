/** Holds the next step back while closed. */
export class Gate {
  private opening: Promise<void> | null = null;
  private release: () => void = () => undefined;

  get isClosed(): boolean {
    return this.opening !== null;
  }

  close(): void {
    this.opening ??= new Promise((resolve) => {
      this.release = resolve;
    });
  }

  open(): void {
    this.opening = null;
    this.release();
  }

  /** Resolves when the gate is open. */
  async pass(): Promise<void> {
    while (this.opening !== null) await this.opening;
  }
}
