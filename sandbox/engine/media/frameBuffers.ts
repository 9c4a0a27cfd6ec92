/** Buffers of released frames, kept from video to video: fresh ones would pile up before the old ones are collected. */
let spare: Uint8Array[] = [];

/** Memory for frames. Videos of another size do not keep the memory of this one. */
export const frameBuffers = {
  take(bytes: number): Uint8Array {
    if (spare[0]?.length !== bytes) spare = [];
    return spare.pop() ?? new Uint8Array(bytes);
  },

  /** Takes a frame's memory back; nobody may look at the frame any more. May be called again. */
  give(data: Uint8Array): void {
    const fits = spare[0] === undefined || spare[0].length === data.length;
    if (fits && !spare.includes(data)) spare.push(data);
  },
};
