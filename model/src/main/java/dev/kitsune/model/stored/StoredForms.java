package dev.kitsune.model.stored;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.GatewaySettings;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.snapshot.ReleaseManifest;

/** The JSON forms of the model's types that differ from their record components. */
final class StoredForms {
    private StoredForms() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "protocol")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Adapter.Http.class, name = "http"),
        @JsonSubTypes.Type(value = Adapter.Grpc.class, name = "grpc"),
        @JsonSubTypes.Type(value = Adapter.Tcp.class, name = "tcp")
    })
    interface TargetTypes {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Environment.Selection.Anyone.class, name = "Anyone"),
        @JsonSubTypes.Type(value = Environment.Selection.Nobody.class, name = "Nobody"),
        @JsonSubTypes.Type(value = Environment.Selection.Token.class, name = "Token")
    })
    interface SelectionTypes {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ReleaseRequest.Start.class, name = "release"),
        @JsonSubTypes.Type(value = ReleaseRequest.Back.class, name = "rollback")
    })
    interface RequestTypes {}

    /** The files use the users' word for a virtual environment. */
    interface NameOfVirtualEnvironment {
        @JsonProperty("environment")
        VirtualEnvironmentName virtualEnvironment();
    }

    /** In the files, the calls outside and the gateways were fields of the platform before they had types of their own. */
    interface FlatPlatform {
        @JsonUnwrapped
        Platform.OutsideCalls outside();

        @JsonUnwrapped
        GatewaySettings gateway();
    }

    interface FlatVirtualEnvironment {
        @JsonUnwrapped
        VirtualEnvironment.OverlayBase base();
    }

    interface FlatEntry {
        @JsonUnwrapped
        ReleaseEntry.ReleaseTimes times();
    }

    interface FlatManifest {
        @JsonUnwrapped
        ReleaseManifest.FrozenOverlay overlay();
    }
}
