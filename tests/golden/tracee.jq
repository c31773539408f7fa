# SPDX-License-Identifier: GPL-2.0-or-later
#
# tracee.jq - whether a line is Tracee's classic trace.Event (up to 0.23), as its published Go type has it.
#
# In: one object. Out: a line for each thing that is wrong, nothing where all is well. The one key that is
# ours, "decoded", must be the last.

def keys_in_order: [
	"timestamp", "threadStartTime", "processorId", "processId", "cgroupId", "threadId",
	"parentProcessId", "hostProcessId", "hostThreadId", "hostParentProcessId", "userId",
	"mountNamespace", "pidNamespace", "processName", "executable", "hostName", "containerId",
	"container", "kubernetes", "eventId", "eventName", "matchedPolicies", "argsNum", "returnValue",
	"syscall", "stackAddresses", "contextFlags", "threadEntityId", "processEntityId",
	"parentEntityId", "args", "metadata", "decoded" ];

def string_keys: [ "processName", "hostName", "containerId", "eventId", "eventName", "syscall" ];
def object_keys: [ "executable", "container", "kubernetes", "contextFlags", "metadata", "decoded" ];
def array_keys: [ "matchedPolicies", "stackAddresses", "args" ];

def type_of($key):
	if ([ $key ] | inside(string_keys)) then "string"
	elif ([ $key ] | inside(object_keys)) then "object"
	elif ([ $key ] | inside(array_keys)) then "array"
	else "number" end;

# Names and types of the arguments, as Tracee's event definitions have them.
def arguments: {
	"get_mempolicy": [ "mode int*", "nodemask unsigned long*", "maxnode unsigned long", "addr void*", "flags unsigned long" ],
	"set_mempolicy": [ "mode int", "nodemask const unsigned long*", "maxnode unsigned long" ],
	"mbind": [ "addr void*", "len unsigned long", "mode int", "nodemask const unsigned long*", "maxnode unsigned long", "flags unsigned int" ],
	"set_mempolicy_home_node": [ "start unsigned long", "len unsigned long", "home_node unsigned long", "flags unsigned long" ],
	"migrate_pages": [ "pid int", "maxnode unsigned long", "old_nodes const unsigned long*", "new_nodes const unsigned long*" ],
	"move_pages": [ "pid int", "count unsigned long", "pages const void**", "nodes const int*", "status int*", "flags int" ] };
def ids: { "get_mempolicy": "239", "set_mempolicy": "238", "mbind": "237", "set_mempolicy_home_node": "450",
	"migrate_pages": "256", "move_pages": "279" };

. as $event
| keys_unsorted as $keys
| ($keys[] | select(([ . ] | inside(keys_in_order)) | not) | "there is no key \(.)"),
  (if [ keys_in_order[] | select([ . ] | inside($keys)) ] == $keys then empty else "keys in another order: \($keys)" end),
  ($keys[] | select(($event[.] | type) != type_of(.)) | "\(.) is no \(type_of(.))"),
  ([ "eventId", "eventName", "args", "argsNum", "hostThreadId", "processorId", "userId", "contextFlags", "decoded" ][]
	| select([ . ] | inside($keys) | not) | "there is no \(.)"),
  (if $event.eventId == ids[$event.eventName] then empty else "eventId \($event.eventId)" end),
  (if $event.syscall == $event.eventName then empty else "syscall \($event.syscall)" end),
  (if ($event.args | length) == $event.argsNum then empty else "argsNum" end),
  (if [ $event.args[] | "\(.name) \(.type)" ] == arguments[$event.eventName] then empty else "args \($event.args)" end),
  ($event.args[] | select(keys_unsorted != [ "name", "type", "value" ]) | "an argument has \(keys_unsorted)"),
  ($event.args[] | select((.type | endswith("*")) != (.value | type == "string")) | "\(.name) is a \(.value | type)"),
  ($event.args[] | select(.value | type == "string") | select(.value | test("^0x[0-9a-f]+$") | not) | "\(.name): \(.value)")
