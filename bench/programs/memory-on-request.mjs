// Loaded into the app whose memory is measured: it tells it over the channel, after two collections.
process.on("message", () => {
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage());
});
process.channel.unref();
