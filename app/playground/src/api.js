export class ApiError extends Error {}

/** Sends one operation over HTTP and returns the GraphQL response, errors included. */
export async function send(endpoint, operation, headers = {}) {
  const merged = new Headers(headers);
  merged.set("content-type", "application/json");
  merged.set("accept", "application/graphql-response+json, application/json;q=0.9");
  const response = await fetch(endpoint, { method: "POST", headers: merged, body: JSON.stringify(operation) });
  const body = await response.text();
  if (!(response.headers.get("content-type") ?? "").includes("json")) {
    throw new ApiError(`${endpoint} answered ${response.status} ${response.statusText}: ${body.slice(0, 300)}`);
  }
  return JSON.parse(body);
}

/** Sends one operation and returns its data; any top-level error is thrown. */
export async function dataOf(endpoint, operation, headers) {
  const { data, errors } = await send(endpoint, operation, headers);
  if (errors) throw new ApiError(errors.map((error) => error.message).join("; "));
  return data;
}
