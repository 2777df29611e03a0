/*
 * What the host and its worker child say to each other, in the shapes of the real gRPC protocol
 * (facts/functions.md section 1.3). Bytes cross as bytes: the channel uses "advanced" serialization.
 */

export interface NullableString {
  readonly value: string;
}

export interface HttpInput {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: Readonly<Record<string, NullableString>>;
  readonly nullableParams: Readonly<Record<string, NullableString>>;
  readonly nullableQuery: Readonly<Record<string, NullableString>>;
  readonly body?: { readonly bytes: Uint8Array };
}

/** A value that goes into a function: exactly one member is set. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly http?: HttpInput;
}

export interface RpcCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: NullableString | undefined;
  readonly path?: NullableString | undefined;
  /** Milliseconds are lost on the real wire too. */
  readonly expires?: { readonly value: { readonly seconds: number } } | undefined;
  readonly secure?: { readonly value: boolean } | undefined;
  readonly httpOnly?: { readonly value: boolean } | undefined;
  readonly sameSite: "none" | "lax" | "strict" | "explicitNone";
  readonly maxAge?: { readonly value: number } | undefined;
}

export interface HttpOutput {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly RpcCookie[];
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null;
}

/** Options of a trigger or output, as `app.http(...)` and its like were given them. */
export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly id: string;
  readonly name: string;
  /** By binding name; names are hashed, so look for the trigger by its type. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly hasRetry: boolean;
}

export interface Invocation {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
}

export type ToWorker =
  | { readonly kind: "invoke"; readonly invocation: Invocation }
  | { readonly kind: "terminate" };

export type FromWorker =
  | {
      readonly kind: "ready";
      readonly functions: readonly FunctionMetadata[];
      readonly capabilities: Readonly<Record<string, string>>;
    }
  | { readonly kind: "broken"; readonly message: string }
  | {
      readonly kind: "log";
      readonly level: string;
      readonly category: string;
      readonly line: string;
    }
  | { readonly kind: "succeeded"; readonly invocationId: string; readonly http?: HttpOutput }
  | {
      readonly kind: "failed";
      readonly invocationId: string;
      readonly message: string;
      readonly stack: string;
    };

/** The trigger binding of a function. Throws when it has none: the host cannot index it. */
export function triggerOf(metadata: FunctionMetadata): Binding {
  const found = Object.values(metadata.bindings).find(({ type }) => /trigger$/i.test(type));
  if (!found) throw new Error(`Function "${metadata.name}" has no trigger binding.`);
  return found;
}
