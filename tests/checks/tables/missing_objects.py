from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, pod, thing, web

AT = "0 spec."


def volume(**source: Any) -> Document:
    return {"name": "v", **source}


def using(*volumes: Document, env: Any = (), **fields: Any) -> Document:
    return pod(web(envFrom=[*env]), volumes=[*volumes], **fields)


def alone(what: str, at: str) -> list[Found]:
    secret = what.startswith("Secret ")
    where = "expected in the cluster" if secret else "not in this design"
    message = f"{what} is {where}: the pod starts only where its namespace has it."
    return [Found("hint", message, f"{AT}{at}", f"Make a {what} here" if secret else f"Add {what}")]


KEYS = web(
    env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "login", "key": "user"}}}],
    envFrom=[{"secretRef": {"name": "login"}}],
)
SUB_PATH = web(volumeMounts=[{"name": "v", "mountPath": "/x", "subPath": "a.conf"}])
MANY = [{"configMapRef": {"name": name}} for name in "abc"]
ROWS = {
    "there": Row([using(volume(configMap={"name": "settings"})), thing("ConfigMap", "settings")]),
    "optional": Row([using(volume(secret={"secretName": "login", "optional": True}))]),
    "what every namespace has": Row(
        [using(volume(configMap={"name": "kube-root-ca.crt"}), serviceAccountName="default")]
    ),
    "a Secret to pull images with": Row([using(imagePullSecrets=[{"name": "registry"}])]),
    "a Secret that a Certificate makes": Row(
        [
            using(volume(secret={"secretName": "tls"})),
            thing("Certificate", "shop", "cert-manager.io/v1", spec={"secretName": "tls"}),
        ]
    ),
    "a Secret that a SealedSecret makes": Row(
        [using(volume(secret={"secretName": "login"})), thing("SealedSecret", "login", "bitnami.com/v1alpha1")]
    ),
    "a ConfigMap": Row(
        [using(volume(configMap={"name": "settings"}))], alone("ConfigMap settings", "volumes[0].configMap.name")
    ),
    "one of another namespace": Row(
        [
            using(volume(configMap={"name": "settings"})),
            {**thing("ConfigMap", "settings"), "metadata": {"name": "settings", "namespace": "other"}},
        ],
        alone("ConfigMap settings", "volumes[0].configMap.name"),
    ),
    "a projected Secret": Row(
        [using(volume(projected={"sources": [{"secret": {"name": "login"}}]}))],
        alone("Secret login", "volumes[0].projected.sources[0].secret.name"),
    ),
    "a Secret, twice, once by a key": Row(
        [pod(KEYS)], alone("Secret login", "containers[0].env[0].valueFrom.secretKeyRef.name")
    ),
    "a key by its subPath": Row(
        [pod(SUB_PATH, volumes=[volume(configMap={"name": "settings"})])],
        alone("ConfigMap settings", "volumes[0].configMap.name"),
    ),
    "a claim": Row(
        [using(volume(persistentVolumeClaim={"claimName": "data"}))],
        alone("PersistentVolumeClaim data", "volumes[0].persistentVolumeClaim.claimName"),
    ),
    "a ServiceAccount": Row([using(serviceAccountName="shop")], alone("ServiceAccount shop", "serviceAccountName")),
    "a name that none can have": Row(
        [using(env=[{"configMapRef": {"name": "No_Such"}}])],
        [
            Found(
                "hint",
                "ConfigMap No_Such is not in this design: the pod starts only where its namespace has it.",
                f"{AT}containers[0].envFrom[0].configMapRef.name",
            )
        ],
    ),
    "several": Row(
        [using(volume(secret={"secretName": "login"}), env=MANY)],
        [
            Found(
                "hint",
                "ConfigMap a, ConfigMap b, ConfigMap c and Secret login are not in this design: its pods start only "
                "where their namespace has them.",
                f"{AT}containers[0].envFrom[0].configMapRef.name",
                "Add all 4",
            )
        ],
    ),
}
