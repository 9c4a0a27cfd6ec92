/** Buffers of released frames, kept from film to film: fresh ones would pile up before the old ones are collected. */
let spare: Uint8Array[] = [];

/** Memory for the frames of one film. */
export class FrameBuffers {
  constructor(private readonly bytes: number) {
    // Films of another size do not keep the memory of this one.
    if (spare[0]?.length !== bytes) spare = [];
  }

  take(): Uint8Array {
    return spare.pop() ?? new Uint8Array(this.bytes);
  }

  /** Takes a frame's memory back; nobody may look at the frame any more. May be called again. */
  give(data: Uint8Array): void {
    if (data.length === this.bytes && !spare.includes(data)) spare.push(data);
  }
}
