"""Addresses of staff and sites, of joining, and of one's own page."""

from __future__ import annotations

from django.urls import path

from daybreak.server.staffing.views import invitations, me, sites, staff

urlpatterns = [
    path("account/join/<str:token>/", invitations.join, name="join"),
    path("desk/me/", me.me, name="desk-me"),
    path("desk/me/phone/", me.save_own_phone, name="desk-me-phone"),
    path("desk/me/study/", me.choose_study, name="desk-me-study"),
    path("desk/me/sessions/others/end/", me.end_other_sessions, name="desk-me-end-others"),
    path("desk/me/sessions/<int:session_id>/end/", me.end_session, name="desk-me-end"),
    path("desk/staff/", staff.staff, name="desk-staff"),
    path("desk/staff/invite/", staff.invite_page, name="desk-invite"),
    path("desk/staff/<int:staff_id>/", staff.colleague, name="desk-colleague"),
    path("desk/staff/<int:staff_id>/roles/new/", staff.give, name="desk-give-role"),
    path("desk/staff/<int:staff_id>/roles/<int:membership_id>/end/", staff.end, name="desk-end-role"),
    path("desk/staff/<int:staff_id>/resend/", invitations.resend_page, name="desk-resend"),
    path("desk/staff/<int:staff_id>/withdraw/", invitations.withdraw_page, name="desk-withdraw-invitation"),
    path("desk/staff/<int:staff_id>/begin-again/", invitations.begin_again, name="desk-begin-again"),
    path("desk/sites/", sites.sites, name="desk-sites"),
    path("desk/sites/new/", sites.new_site, name="desk-new-site"),
    path("desk/sites/<slug:key>/", sites.site, name="desk-site"),
    path("desk/sites/<slug:key>/open/", sites.open_page, name="desk-open-site"),
    path("desk/sites/<slug:key>/close/", sites.close_page, name="desk-close-site"),
]
