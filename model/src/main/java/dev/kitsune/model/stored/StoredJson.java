package dev.kitsune.model.stored;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Duration;
import java.time.Instant;

/** The JSON form of the model's records. None of them contains a secret's value, because manifests contain none. */
public final class StoredJson {
    private StoredJson() {}

    /** Returns a mapper of its own to each caller, who may add what only it stores. */
    public static ObjectMapper mapper() {
        SimpleModule texts = new SimpleModule()
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addDeserializer(Instant.class, new Texts.Reader<>(Instant.class, Instant::parse))
                .addSerializer(Duration.class, ToStringSerializer.instance)
                .addDeserializer(Duration.class, new Texts.Reader<>(Duration.class, Duration::parse))
                .addSerializer(VirtualEnvironmentName.class, ToStringSerializer.instance)
                .addDeserializer(
                        VirtualEnvironmentName.class,
                        new Texts.Reader<>(VirtualEnvironmentName.class, VirtualEnvironmentName::new))
                .addSerializer(Value.class, new Texts.ValueWriter())
                .addDeserializer(Value.class, new Texts.StoredValueReader())
                .addKeyDeserializer(VirtualEnvironmentName.class, new Texts.Key(VirtualEnvironmentName::new))
                .addKeyDeserializer(ObjectKey.class, new Texts.Key(Texts::objectKey))
                .addKeyDeserializer(ComponentName.class, new Texts.Key(Texts::componentName))
                .addKeyDeserializer(ComponentVersion.class, new Texts.Key(Texts::componentVersion));
        return new ObjectMapper()
                .registerModule(texts)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
                .addMixIn(Adapter.Target.class, StoredForms.TargetTypes.class)
                .addMixIn(ReleaseRequest.class, StoredForms.RequestTypes.class)
                .addMixIn(ReleaseRequest.Start.class, StoredForms.NameOfVirtualEnvironment.class)
                .addMixIn(ReleaseRequest.Back.class, StoredForms.NameOfVirtualEnvironment.class)
                .addMixIn(Workload.class, StoredForms.NameOfVirtualEnvironment.class)
                .addMixIn(Environment.Selection.class, StoredForms.SelectionTypes.class)
                .addMixIn(Platform.class, StoredForms.FlatPlatform.class)
                .addMixIn(VirtualEnvironment.class, StoredForms.FlatVirtualEnvironment.class)
                .addMixIn(ReleaseEntry.class, StoredForms.FlatEntry.class)
                .addMixIn(ReleaseManifest.class, StoredForms.FlatManifest.class)
                // A null in a map means a removal, and must be kept.
                .setDefaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS));
    }
}
