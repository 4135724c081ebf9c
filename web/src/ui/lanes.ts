// The lanes of a map that people write in.
import type { Lane } from "../api/types";

/** In the order they stand on the map. */
export const LANES = ["action", "need", "expectation", "emotion", "pain", "opportunity", "note"] as const satisfies readonly Lane[];
