import { afterAll, beforeAll, beforeEach } from "vitest";
import { addRule, pulls, registryStage, type Stage } from "./local-acr-stage.ts";

/** A registry with the rule "docker.io/*" at "hub/*", and an image of its own for each test. */
export interface Pulling {
  readonly stage: Stage;
  readonly pull: ReturnType<typeof pulls>;
  /** "team/…", and where the registry has it: "hub/team/…". */
  readonly image: string;
  readonly repository: string;
  /** Moves the image's tag "latest" upstream; its new digest. */
  push(): string;
  /** A pull of the image from the registry. */
  manifest(reference: string, method?: string): Promise<Response>;
}

/** Starts it before all tests of a file, with default switches before each, and ends it after them. */
export function pulling(): Pulling {
  let stage: Stage;
  let image = "";
  beforeAll(async () => {
    stage = await registryStage();
    addRule(stage, "docker.io/*", "hub/*");
  });
  afterAll(() => stage.close());
  beforeEach(({ task }) => {
    image = `team/${task.id.replaceAll(/[^a-z0-9]/g, "x")}`;
    stage.faults.clear();
    stage.events.length = 0;
    stage.registry.configure({ tagMode: "refresh", import: "late", staleIfError: true });
  });
  const repository = () => `hub/${image}`;
  return {
    get stage() {
      return stage;
    },
    get pull() {
      return pulls(stage, repository());
    },
    get image() {
      return image;
    },
    get repository() {
      return repository();
    },
    push: () => stage.upstream.push(`docker.io/${image}:latest`),
    manifest: (reference, method) => pulls(stage, repository()).manifest(reference, method),
  };
}
