// The caches of a machine, by name with their bytes.

// [name, bytes] of the smallest that holds so many bytes; undefined where none does.
export function smallestHolding(caches, bytes) {
  const fitting = Object.entries(caches).filter(([, room]) => bytes <= room);
  return fitting.sort((a, b) => a[1] - b[1])[0];
}
