/**
 * Inside a `describe`: the returned function keeps a thing for the test that runs, and ends it after the test, whether
 * that passed or not; the newest first. What is left running would keep the whole run from ending.
 */
export function useCleanUp(): <T>(thing: T, end: (thing: T) => Promise<void>) => T {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return (thing, end) => {
    ends.push(() => end(thing));
    return thing;
  };
}
