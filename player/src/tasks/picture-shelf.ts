/** Fetches each picture once and keeps it for the rounds to come; a failure is forgotten, so that it can be tried again. */
export class PictureShelf {
  private readonly kept = new Map<string, Promise<Blob>>();

  constructor(private readonly fetchPicture: (id: string) => Promise<Blob>) {}

  get(id: string): Promise<Blob> {
    const known = this.kept.get(id);
    if (known) return known;
    const coming = this.fetchPicture(id);
    this.kept.set(id, coming);
    coming.catch(() => this.kept.delete(id));
    return coming;
  }
}
