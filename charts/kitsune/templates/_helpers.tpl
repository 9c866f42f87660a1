{{/* The labels by which a part of this release is selected. They never change. */}}
{{- define "kitsune.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* The labels of every object. */}}
{{- define "kitsune.labels" -}}
{{ include "kitsune.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "kitsune.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What the pod security standard "restricted" demands of a container, and a file system that cannot be written. */}}
{{- define "kitsune.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Spreads the replicas of a part over the nodes. */}}
{{- define "kitsune.spread" -}}
{{- if .root.Values.topologySpread }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "kitsune.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{/* The annotations of an object that exists only before an uninstall. The value is its place in the order. */}}
{{- define "kitsune.beforeDelete" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "kitsune.captureImage" -}}
{{ .Values.inject.captureImage | default (printf "%s-capture:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion)) }}
{{- end }}

{{/* The settings of sidecars, as `kitsune serve --inject-settings` and `kitsune inject --settings` read them. */}}
{{- define "kitsune.injectSettings" -}}
xds: {{ .Release.Name }}.{{ .Release.Namespace }}.svc:18000
inject:
  captureImage: {{ include "kitsune.captureImage" . | quote }}
  {{- omit .Values.inject "failurePolicy" "captureImage" | toYaml | nindent 2 }}
capture: {{- toYaml .Values.capture | nindent 2 }}
{{- end }}

{{/* What both webhooks have in common. They are asked again when another webhook has changed the pod. */}}
{{- define "kitsune.webhook" -}}
admissionReviewVersions: [v1]
sideEffects: None
reinvocationPolicy: IfNeeded
failurePolicy: {{ .Values.inject.failurePolicy }}
timeoutSeconds: 10
{{- end }}
