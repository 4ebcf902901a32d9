import type { World } from "@/sandbox/world";

/** The certificate as a file to save, as the provider's portal hands it out. */
export function sendCertificate(world: World): Response {
  return new Response(world.keys.certificatePem, {
    headers: {
      "Content-Type": "application/x-x509-ca-cert",
      "Content-Disposition": 'attachment; filename="certificate.cer"',
      "Cache-Control": "no-store",
    },
  });
}
