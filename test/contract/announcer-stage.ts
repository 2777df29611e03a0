import { announcer } from "../../src/azure/announcer.ts";
import type { TopicStage } from "./local-topic-stage.ts";
import { anAnnouncement } from "./sample-rotation.ts";

/** An announcer and the lines it writes, each as "level line". */
export function heard(
  stage: TopicStage,
  options: { readonly topic?: string; readonly principalId?: string } = {},
) {
  const lines: string[] = [];
  const told = announcer({
    topic: options.topic,
    credential: stage.credential(options.principalId),
    write: (level, line) => void lines.push(`${level} ${line}`),
  });
  return { announcer: told, lines };
}

export const soon = anAnnouncement("contoso", "docker-hub", {
  id: "id-1",
  name: "TokenExpiresSoon",
  message: 'It ends in 3 days.\nLook at "contoso".',
  rotation: "contoso-aaab",
  tokenUuid: "0b1c2d3e-4f50-4a1b-8c2d-3e4f50617283",
  daysLeft: 3,
});
export const soonJson =
  '{"id":"id-1","at":"2026-11-21T02:00:00.000Z","registry":"contoso","credentialSet":"docker-hub","severity":"alarm",' +
  '"message":"It ends in 3 days.\\nLook at \\"contoso\\".","rotation":"contoso-aaab",' +
  '"tokenUuid":"0b1c2d3e-4f50-4a1b-8c2d-3e4f50617283","daysLeft":3}';
