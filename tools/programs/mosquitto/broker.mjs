/**
 * An MQTT broker on loopback for machines without Mosquitto, started in the same way: `-p PORT`. Aedes has no shared
 * subscriptions; here they are made of its plain ones, each message of which only one member of the group gets.
 */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { Aedes } from 'aedes';

const { values } = parseArgs({
  options: { port: { type: 'string', short: 'p' }, verbose: { type: 'boolean', short: 'v' } },
});
const SHARED = /^\$share\/([^/]+)\/(.+)$/;

/** Client ids by group and topic filter, in the order of their coming. */
const groups = new Map();

/** Whether a topic matches a filter with `+` and `#`. */
function matches(filter, topic) {
  const parts = topic.split('/');
  const wanted = filter.split('/');
  return (
    wanted.every((part, at) => part === '#' || (at < parts.length && (part === '+' || part === parts[at]))) &&
    (wanted.includes('#') || wanted.length === parts.length)
  );
}

const broker = await Aedes.createBroker({
  authorizeSubscribe(client, subscription, done) {
    const [, , filter] = SHARED.exec(subscription.topic) ?? [];
    if (filter !== undefined) {
      const members = groups.get(subscription.topic) ?? new Set();
      groups.set(subscription.topic, members.add(client.id));
      subscription.topic = filter;
    }
    done(null, subscription);
  },
  authorizeForward(client, packet) {
    // What was retained is sent because of a subscription of this client alone.
    if (packet.retain) return packet;
    for (const [shared, members] of groups) {
      if (!members.has(client.id) || !matches(SHARED.exec(shared)[2], packet.topic)) continue;
      const turn = [...members][packet.brokerCounter % members.size];
      if (turn !== client.id) return null;
    }
    return packet;
  },
});
broker.on('clientDisconnect', ({ id }) => {
  for (const members of groups.values()) members.delete(id);
});
createServer(broker.handle).listen(Number(values.port), '127.0.0.1', () => {
  console.log(`aedes ${broker.id} running`);
});
