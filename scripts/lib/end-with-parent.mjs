// Loaded before each program that the supervisor starts. The channel to the supervisor closes when
// it ends, however it ends: a kill -9 must not leave programs behind that hold the ports. What such a
// program starts in turn loads this as well, and is left alone: its channels are its own.
if (process.env.MALIPO_SUPERVISOR === String(process.ppid)) {
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
