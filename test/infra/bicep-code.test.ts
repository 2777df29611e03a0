import { describe, expect, it } from "vitest";
import { parseSecretEvent } from "../../src/domain/parse-secret-event.ts";
import * as queueNames from "../../src/domain/queue-names.ts";
import { readCaller } from "../../src/http/caller.ts";
import { functionsOf, namesOf, tablesOpened, written } from "./bicep-code.ts";
import { type BicepFile, readBicep } from "./bicep-file.ts";
import { needed, readProject } from "./bicep-project.ts";
import { at, isFields, isList } from "./bicep-value.ts";

const project = readProject();
const file = (path: string): BicepFile => readBicep(path, needed(project, path));
const storage = () => file("infra/modules/state-storage.bicep");
const subscription = () => file("infra/connect/event-subscription.bicep");
const storageType = "Microsoft.Storage/storageAccounts";

function resourceOf({ resources }: BicepFile, type: string) {
  return resources.find((one) => one.type === type && !one.existing)?.body;
}

describe("what Bicep makes is what the code uses:", () => {
  it("tables", () => {
    const made = namesOf(storage(), `${storageType}/tableServices/tables`);
    expect(made).toEqual(tablesOpened());
    expect(made).toContain("rules");
  });

  it("queues, each with its poison queue", () => {
    const queues = Object.values(queueNames).filter((name) => typeof name === "string");
    const made = namesOf(storage(), `${storageType}/queueServices/queues`);
    expect(made).toEqual(queues.flatMap((name) => [name, `${name}-poison`]).sort());
    expect(made).toContain("rule-work-poison");
  });

  it("the container of undeliverable events", () => {
    const container = resourceOf(storage(), `${storageType}/blobServices/containers`);
    expect(written(storage(), container?.get("name"))).toBe("dead-letters");
    expect(subscription().text).toContain("blobContainerName: 'dead-letters'");
  });

  it("the function that events go to", () => {
    const text = needed(project, "infra/connect.bicep");
    const named = [...text.matchAll(/'Microsoft\.Web\/sites\/functions', \w+, '(\w+)'/g)];
    expect(named.map(([, name]) => name)).toEqual(functionsOf("eventGrid"));
    expect(named).toHaveLength(1);
  });

  it("types of events", () => {
    const event = resourceOf(subscription(), "Microsoft.EventGrid/systemTopics/eventSubscriptions");
    // "Azure Key Vault as Event Grid source": all that a vault tells of secrets.
    const ofSecrets = ["NewVersionCreated", "NearExpiry", "Expired"];
    const all = ofSecrets.map((name) => `Microsoft.KeyVault.Secret${name}`);
    const taken = all.filter((type) => {
      const data = { ObjectType: "Secret", VaultName: "contoso", ObjectName: "docker-hub-token" };
      return !("ignored" in parseSecretEvent({ type, data }));
    });
    const included = at(event, "properties.filter.includedEventTypes");
    expect(taken).toHaveLength(3);
    expect(isList(included) && new Set(included)).toEqual(new Set(taken));
    expect(at(event, "properties.eventDeliverySchema")).toBe("CloudEventSchemaV1_0");
  });

  it("app roles", () => {
    const application = file("infra/modules/sign-in-application.bicep");
    const roles = application.vars.find(({ name }) => name === "roles")?.value;
    const values = isList(roles) ? roles.map((one) => isFields(one) && one.get("value")) : [];
    expect(values).toEqual([...readCaller(null, false).roles]);
    expect(application.text).toMatch(
      /appRoles: \[\s*for role in roles: \{[^}]*\bvalue: role\.value/,
    );
  });

  it("the version of Node that it is built for", () => {
    const site = resourceOf(file("infra/modules/app.bicep"), "Microsoft.Web/sites");
    const runtime = at(site, "properties.functionAppConfig.runtime");
    const [, target] = /--target=node(\d+)/.exec(needed(project, "package.json")) ?? [];
    expect(at(runtime, "name")).toBe("node");
    expect(at(runtime, "version")).toBe(target);
  });

  it("extensions that are configured", () => {
    const { extensions } = JSON.parse(needed(project, "infra/bicepconfig.json"));
    const asked = [...project.bicep.values()].flatMap((one) => one.extensions);
    expect([...new Set(asked)]).toEqual(Object.keys(extensions));
  });
});
