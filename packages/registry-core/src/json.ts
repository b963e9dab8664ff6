/** What JSON can hold; used for free-form metadata that crosses file, network and thread boundaries. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
