// Loaded before each program that the supervisor starts. The channel to the supervisor closes when
// it ends, however it ends: a kill -9 must not leave programs behind that hold the ports.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
