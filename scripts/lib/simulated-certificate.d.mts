export interface SimulatedCertificate {
  keyFile: string;
  certificateFile: string;
}

export function simulatedCertificateFiles(folder: string): SimulatedCertificate;

export function ensureSimulatedCertificate(folder: string): Promise<SimulatedCertificate>;
