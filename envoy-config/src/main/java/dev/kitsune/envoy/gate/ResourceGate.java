package dev.kitsune.envoy.gate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.kitsune.envoy.json.EnvoyJson;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a resource against the constraints that Envoy's own protos state, and against those that Envoy checks in its
 * code. It traverses the resource once, including packed messages. The constraints of each type of message are cached, and
 * so are parts of routes without faults.
 */
public final class ResourceGate {
    private static final SoundParts SOUND = new SoundParts();

    private final List<ConfigurationFault> faults = new ArrayList<>();
    private final boolean routes;

    private ResourceGate(boolean routes) {
        this.routes = routes;
    }

    /** Returns all faults for which Envoy would reject a resource; empty for a resource that may be published. */
    public static List<ConfigurationFault> faults(Message resource) {
        ResourceGate gate = new ResourceGate(resource instanceof RouteConfiguration);
        gate.message(resource, new MessagePlace(null, "", resource));
        return List.copyOf(gate.faults);
    }

    private void message(Message message, MessagePlace place) {
        if (message instanceof Any any) {
            packed(any, place);
            return;
        }
        MessageRules rules = MessageRules.of(message.getDescriptorForType());
        rules.faults(message).forEach(fault -> add(fault, place));
        EnvoyRules.faults(message).forEach(fault -> add(fault, place));
        for (FieldDescriptor field : rules.messages()) {
            inside(message, field, place);
        }
    }

    private void inside(Message message, FieldDescriptor field, MessagePlace place) {
        if (!field.isRepeated()) {
            if (message.hasField(field)) {
                Message value = (Message) message.getField(field);
                part(value, new MessagePlace(place, field.getName(), value));
            }
            return;
        }
        int count = message.getRepeatedFieldCount(field);
        for (int i = 0; i < count; i++) {
            Message value = (Message) message.getRepeatedField(field, i);
            part(value, new MessagePlace(place, field.getName(), i, value));
        }
    }

    private void part(Message message, MessagePlace place) {
        // Other resources may hold a secret, and nothing here keeps one.
        if (!routes) {
            message(message, place);
        } else if (!SOUND.contains(message)) {
            int before = faults.size();
            message(message, place);
            if (faults.size() == before) {
                SOUND.add(message);
            }
        }
    }

    private void packed(Any any, MessagePlace place) {
        if (any.getTypeUrl().isEmpty()) {
            return;
        }
        try {
            Message inner = EnvoyJson.unpack(any);
            message(inner, place.holding(inner));
        } catch (InvalidProtocolBufferException e) {
            add(new MessageRules.FieldFault("", "a message of a type that Envoy knows"), place);
        }
    }

    private void add(MessageRules.FieldFault fault, MessagePlace place) {
        faults.add(new ConfigurationFault(place.path(fault.field()), fault.expected(), place.origin()));
    }
}
