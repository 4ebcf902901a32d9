import { after } from "next/server";
import { scheduleAfterAnswer } from "./after-answer";

type Door = (request: Request) => Promise<Response>;

/**
 * A door as a Next Route Handler: the very same function, with Next told about the work that follows its
 * answer. Kept apart from the doors, which our own server loads without Next's request machinery.
 */
export function nextDoor(door: Door): Door {
  scheduleAfterAnswer((work) => {
    try {
      after(work);
    } catch {
      // Next knows no request here, as when a test calls the handler itself.
      setImmediate(() => void work());
    }
  });
  return door;
}
