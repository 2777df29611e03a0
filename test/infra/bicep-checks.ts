import * as azd from "./bicep-azd.ts";
import * as declarations from "./bicep-declarations.ts";
import * as modules from "./bicep-modules.ts";
import * as names from "./bicep-names.ts";
import type { Check } from "./bicep-project.ts";
import * as resources from "./bicep-resources.ts";
import * as roles from "./bicep-roles.ts";
import * as secrets from "./bicep-secrets.ts";
import * as settings from "./bicep-settings.ts";

/** What must hold of infra/, by sentence. */
export const checks: Readonly<Record<string, Check>> = {
  "every file parses": declarations.parses,
  "extensions stand where they are needed": declarations.extensionsNeeded,
  "params, variables and outputs are described": declarations.described,
  "what is declared is used": declarations.declarationsUsed,
  "what is used is declared": declarations.usesDeclared,
  "modules exist": modules.modulesExist,
  "every file is reached": modules.filesReached,
  "modules get their params": modules.paramsFit,
  "outputs and defaults have their types": modules.kindsFit,
  "outputs asked for exist": modules.outputsExist,
  "outputs of modules are used": modules.outputsUsedSomewhere,
  "modules of another scope say where": modules.scopesGiven,
  "api-versions are stable": resources.versionsStable,
  "a type has one api-version": resources.versionsAgree,
  "resources are locked down": resources.lockedDownOnes,
  "publishing passwords are off": resources.publishingOff,
  "no secret is a resource": secrets.noSecretResources,
  "no secret is a param or an output": secrets.noSecretParams,
  "no key is asked for": secrets.noKeysAsked,
  "no text is a secret": secrets.noSecretTexts,
  "built-in roles have their documented ids": roles.rolesDocumented,
  "roles are assigned by name": roles.rolesByName,
  "roles named are listed": roles.rolesListed,
  "roles listed are used": roles.rolesUsed,
  "no role may do anything": roles.noBroadRoles,
  "custom roles are narrow": roles.customRolesNarrow,
  "role assignments are whole": roles.assignmentsWhole,
  "names fit": names.namesFit,
  "parameters fit main": azd.parametersFit,
  "outputs of main are variables": azd.outputsOfMainNamed,
  "outputs of main are used": azd.outputsOfMainUsed,
  "outputs of main that are read exist": azd.outputsOfMainExist,
  "loaded files exist": azd.loadedFilesExist,
  "hooks are scripts": azd.hooksExist,
  "services are tagged": azd.servicesTagged,
  "settings are known": settings.settingsKnown,
  "settings have their defaults": settings.settingsDefault,
};
