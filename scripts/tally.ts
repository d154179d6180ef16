/** One line for a pipeline: what all vitest projects together amount to since they last ran. */
import { readTallies, summarize } from "./test/results.ts";

console.log(summarize(readTallies().values()));
