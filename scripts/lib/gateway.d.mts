export function writeGateway(
  folder: string,
  addresses: { listen: string; app: string[]; legacy: string[]; balancing?: string },
): string
