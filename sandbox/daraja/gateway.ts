import type { FaultEffect } from "@/sandbox/faults";
import type { Reply } from "@/sandbox/exchange";
import { writeJson, type WireObject } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";

type GatewayForm = Extract<FaultEffect, { kind: "gateway" }>["form"];

/** A JSON answer. */
export function jsonReply(status: number, body: WireObject): Reply {
  return { status, text: writeJson(body), contentType: "application/json" };
}

/** A refusal of the gateway, in its own envelope with a fresh request id. */
export function refuse(
  world: World,
  status: number,
  errorCode: string,
  errorMessage: string,
): Reply {
  return jsonReply(status, { requestId: world.ids.conversation(), errorCode, errorMessage });
}

/** The gateway does not see a field, or does not like what it sees. */
export function refuseField(world: World, field: string): Reply {
  return refuse(world, 400, "400.002.02", `Bad Request - Invalid ${field}`);
}

/** A scripted fault in the provider's own form; undefined for one that changes no answer. */
export function renderDarajaFault(world: World, effect: FaultEffect): Reply | undefined {
  switch (effect.kind) {
    case "gateway":
      return renderGatewayFault(world, effect.form);
    case "envelope":
      return refuse(world, effect.status, effect.errorCode, effect.errorMessage);
    case "error":
      return refuse(world, effect.status, `${effect.status}.001.1001`, effect.message);
    case "html":
      return firewallPage(effect.status);
    case "body":
      return { status: effect.status, text: effect.body, contentType: "application/json" };
    case "latency":
    case "drop":
    case "shape":
      return undefined;
  }
}

function renderGatewayFault(world: World, form: GatewayForm): Reply {
  switch (form) {
    case "spike_arrest":
      return refuse(world, 500, "500.003.02", "Error Occurred: Spike Arrest Violation");
    case "busy":
      return refuse(world, 500, "500.003.02", "System is busy. Please try again in few minutes.");
    case "quota":
      return refuse(world, 500, "500.003.03", "Error Occurred: Quota Violation");
    case "spike_arrest_apigee":
      return jsonReply(429, SPIKE_ARREST);
    case "soap":
      return jsonReply(500, SERVICE_CALLOUT_FAULT);
    case "waf_403":
      return firewallPage(403);
    case "waf_503":
      return firewallPage(503);
    case "unreachable":
      return { status: 500, text: "Service is currently unreachable", contentType: "text/plain" };
    case "empty":
      return { status: 500, text: "", contentType: "application/json" };
  }
}

const SPIKE_ARREST: WireObject = {
  fault: {
    faultstring: "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5}",
    detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
  },
};

/** What comes instead of an envelope when a product asks a backend that will not answer. */
export const SERVICE_CALLOUT_FAULT: WireObject = {
  Envelope: {
    Body: {
      Fault: {
        faultcode: "soap:Server",
        faultstring:
          "Execution of ServiceCallout failed. Reason: ResponseCode 503 is treated as error",
        detail: { source: { errorcode: "steps.servicecallout.ExecutionFailed" } },
      },
    },
  },
};

function firewallPage(status: number): Reply {
  return {
    status,
    text: `<html><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body>Request unsuccessful. Incapsula incident ID: 1025000880-${status}</body></html>`,
    contentType: "text/html",
  };
}
